"""What an owner and a car's assistant say to each other: they agree on words as on telegrams."""

WAKE_WORD = b"hello car"
LISTENING = b"listening"
DONE = b"done"
NOT_POSSIBLE = b"that is not possible"
NOT_KNOWN = b"I do not know whether that worked"
NOT_UNDERSTOOD = b"sorry, I cannot do that right now"
