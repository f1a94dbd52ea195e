-- Rooms whose rows somebody else was found to lock: when they were last free, and the latest stretch in which proofs of
-- life could not be written there (P13). No foreign key: its check would wait for the very lock that is told of here.
create table locked_rooms (
  whiteboard_session_id integer primary key,
  free_at timestamptz(3) not null,
  away_from timestamptz(3),
  away_until timestamptz(3)
);
