-- A record that one event says all of is kept once: its body is empty, and these name the event, in the same collection.
ALTER TABLE record ADD COLUMN writer BLOB CHECK (length(writer) = 16);
ALTER TABLE record ADD COLUMN sequence INTEGER;
