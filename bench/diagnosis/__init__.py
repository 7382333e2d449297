"""Diagnosis: UDS (ISO 14229) over ISO-TP (ISO 15765-2), for the bench and for simulated units."""
