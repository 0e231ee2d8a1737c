"""What is known of a patient beside the results: facts, events and severity scores, out of side files."""
