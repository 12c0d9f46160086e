"""Whether versions that the project is tested with have known vulnerabilities: ``python -m tests.audit``."""
