from tests.models.conftest import make_classifier

__all__ = ["make_classifier"]
