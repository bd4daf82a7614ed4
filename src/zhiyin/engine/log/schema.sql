-- One row a message for good, so that a repeated append is known; its body goes when it is done with.
-- state: 0 waits (or is leased), 1 acknowledged, 2 acknowledged and its body dropped.
CREATE TABLE IF NOT EXISTS message (
    sequence INTEGER PRIMARY KEY,
    message_id BLOB NOT NULL UNIQUE,
    n_items INTEGER NOT NULL,
    appended_us INTEGER NOT NULL,
    leased_until_us INTEGER NOT NULL DEFAULT 0,
    n_deliveries INTEGER NOT NULL DEFAULT 0,
    state INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX IF NOT EXISTS message_waiting ON message (sequence, leased_until_us, n_items) WHERE state = 0;
CREATE INDEX IF NOT EXISTS message_done ON message (sequence) WHERE state = 1;

-- Apart from `message`, because an UPDATE writes a whole row anew and a lease must not write bodies.
CREATE TABLE IF NOT EXISTS body (
    sequence INTEGER PRIMARY KEY,
    body BLOB NOT NULL
) STRICT;
