"""What can go wrong between a phone, a cloud and a car: one symptom per file.

A fault is a frozen dataclass. `apply` puts it in force and returns what takes it out again; it
means the same in simulated and in real time, because it acts on the same code in both. The
docstring's first line is what users read; `must` says what a robust car still does, `shown_by`
where the symptom was seen.
"""
