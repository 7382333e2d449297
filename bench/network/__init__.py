"""Names, links and TCP between phone, car and cloud: in memory or on sockets, one meaning."""
