"""What a shell offers for an argument; nothing is imported before somebody presses the key."""


def datasets(incomplete: str) -> list[str]:
    """Data sets of the catalogue."""
    return _of_kind("datasets", incomplete)


def vectors(incomplete: str) -> list[str]:
    """Word vectors of the catalogue."""
    return _of_kind("vectors", incomplete)


def resources(incomplete: str) -> list[str]:
    """All resources."""
    return _of_kind("", incomplete)


def methods(incomplete: str) -> list[str]:
    """Methods of training."""
    from flatnlp.training.settings import METHODS

    return [name for name in METHODS if name.startswith(incomplete)]


def attacks(incomplete: str) -> list[str]:
    """Recipes; of several, separated by commas, the last."""
    from flatnlp.attacks.recipes import RECIPES

    before, comma, last = incomplete.rpartition(",")
    return [before + comma + name for name in RECIPES if name.startswith(last)]


def _of_kind(kind: str, incomplete: str) -> list[str]:
    from flatnlp.resources.catalogue import RESOURCES

    return [each.name for each in RESOURCES.values() if each.kind.startswith(kind) and each.name.startswith(incomplete)]
