"""The scripts of every fault between phone, cloud and telematics unit, layer by layer.

A script is the same in both worlds, and so is what it expects: `expects` is what the phone (and
"unit: …", the telematics unit) sees while the fault is in force, `decides` what the unit has
decided about each command in the end. Each fault has one script at least, in the file of its layer.
"""

from capacity_scripts import CAPACITY_SCRIPTS
from dns_scripts import DNS_SCRIPTS
from http_scripts import HTTP_SCRIPTS
from link_scripts import LINK_SCRIPTS
from push_scripts import PUSH_SCRIPTS
from service_scripts import SERVICE_SCRIPTS
from tcp_scripts import TCP_SCRIPTS
from tls_scripts import TLS_SCRIPTS

SCRIPTS = (
    *DNS_SCRIPTS,
    *LINK_SCRIPTS,
    *TCP_SCRIPTS,
    *TLS_SCRIPTS,
    *HTTP_SCRIPTS,
    *PUSH_SCRIPTS,
    *SERVICE_SCRIPTS,
    *CAPACITY_SCRIPTS,
)
