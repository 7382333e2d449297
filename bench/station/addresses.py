"""What parties, accounts and things of a station are called, and where its cloud is found."""

from bench.network.network import DOMAIN

PUSH_HOST = f"push.{DOMAIN}"
API_URL, PUSH_URL = f"https://api.{DOMAIN}", f"https://{PUSH_HOST}"
ACCOUNT, PASSWORD, TCU_TOKEN = "owner", "owner's word", "tcu-token"
PHONE_KEY, CARD_KEY, FOB, CUT = "phone-1", "card-1", "fob-1", b"cut-4711"
