"""Every outside file by name: where it comes from, its checksum, its place in the cache.

The public functions are :func:`locate` (a path for a name, fetched if need be), :func:`fetch`, :func:`status` and
:func:`verify`; :data:`RESOURCES` is the catalogue. What the files mean is not known here.
"""

from flatnlp.resources.catalogue import RESOURCES, resource_named
from flatnlp.resources.fetching import fetch
from flatnlp.resources.locating import locate
from flatnlp.resources.places import cache_root, find_present, local_root
from flatnlp.resources.resource import Kind, Resource
from flatnlp.resources.sources import HomeSource, HubSource, WheelSource
from flatnlp.resources.status import ResourceStatus, Verification, list_resources, status, verify

__all__ = [
    "RESOURCES",
    "HomeSource",
    "HubSource",
    "Kind",
    "Resource",
    "ResourceStatus",
    "Verification",
    "WheelSource",
    "cache_root",
    "fetch",
    "find_present",
    "list_resources",
    "local_root",
    "locate",
    "resource_named",
    "status",
    "verify",
]
