"""The mock backend: real HTTPS and WebSocket, with the seams at which a cloud fails."""
