-- When retention removed what the columns stand on: from then on a room takes no more evidence, and its totals cannot be
-- computed again (D6).
alter table whiteboard_sessions add column evidence_removed_at timestamptz(3);

-- What retention may have to remove, by age; rooms that nobody entered have nothing, and stay out. A heartbeat changes none
-- of these columns, so that its update stays inside the page.
create index whiteboard_sessions_evidence_idx on whiteboard_sessions (closed_at)
where closed_at is not null and evidence_removed_at is null
  and (tutor_connected_at is not null or student_connected_at is not null or last_report_at is not null);

-- The row stays, since lessons refer to it; the name is gone, and is not taken from anywhere again.
alter table users add column erased_at timestamptz(3);
