"""The sample clinic: fictional patients, ids only, written as exports of seven kinds of laboratory system.

`python -m rls_dash.sample_clinic [DIRECTORY]` writes data/samples/ again, byte for byte. Nothing here is
read from a person's record: every number comes from a course set in the cast and a seeded generator.
"""
