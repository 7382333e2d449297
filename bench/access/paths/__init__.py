"""Ways from an owner to the door or the drive: one per file, by the name users write."""
