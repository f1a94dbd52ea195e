alter table sessions
  add column time_zone varchar(64) not null default 'UTC',
  add column status varchar(20) not null default 'scheduled',
  add column ended_at timestamptz(3),
  add column ended_by integer,
  add column scheduled_by integer,
  add column introduced boolean not null default true,
  add constraint sessions_status_check check (status in ('scheduled', 'in_progress', 'completed', 'cancelled')),
  add constraint sessions_window_check check (scheduled_end > scheduled_start) not valid;

create index sessions_scheduled_start_id_idx on sessions (scheduled_start, id);
create index sessions_tutor_id_scheduled_start_id_idx on sessions (tutor_id, scheduled_start, id);
create index sessions_student_id_scheduled_start_id_idx on sessions (student_id, scheduled_start, id);
-- What may complete by itself; finished sessions, the many, stay out of it.
create index sessions_unfinished_idx on sessions (scheduled_end) where status in ('scheduled', 'in_progress');

alter table whiteboard_sessions
  add column presence_version integer not null default 0,
  add column last_report_at timestamptz(3);

-- Who a connection is. What it did is in its spans.
create table connections (
  id uuid primary key,
  whiteboard_session_id integer not null references whiteboard_sessions (id),
  user_id integer not null,
  role varchar(10) not null,
  evidence varchar(10) not null,
  socket_id uuid,
  constraint connections_role_check check (role in ('tutor', 'student')),
  constraint connections_evidence_check check (evidence in ('live', 'leased', 'intervals'))
);

create index connections_whiteboard_session_id_idx on connections (whiteboard_session_id);

-- The ledger. A heartbeat changes last_seen_at only: no index may hold it, so that the update stays inside the page (HOT).
create table connection_spans (
  connection_id uuid not null references connections (id),
  seq integer not null,
  whiteboard_session_id integer not null references whiteboard_sessions (id),
  user_id integer not null,
  role varchar(10) not null,
  evidence varchar(10) not null,
  active boolean not null,
  started_at timestamptz(3) not null,
  last_seen_at timestamptz(3) not null,
  ended_at timestamptz(3),
  end_reason varchar(20),
  primary key (connection_id, seq),
  constraint connection_spans_order_check check (started_at <= last_seen_at and last_seen_at <= ended_at),
  constraint connection_spans_end_check check ((ended_at is null) = (end_reason is null)),
  constraint connection_spans_end_reason_check check (
    end_reason in ('DISCONNECTED', 'SOCKET_CLOSED', 'TIMED_OUT', 'SESSION_ENDED', 'OUTAGE', 'IDLE', 'ACTIVE')
  )
) with (fillfactor = 85);

create unique index connection_spans_open_key on connection_spans (connection_id) where ended_at is null;
create index connection_spans_whiteboard_session_id_idx on connection_spans (whiteboard_session_id);
create index connection_spans_open_whiteboard_session_id_idx on connection_spans (whiteboard_session_id) where ended_at is null;

alter table whiteboard_sessions set (fillfactor = 80, toast_tuple_target = 256);

-- What back ends reported. The spans of a reported connection are the fold of all of its rows here (P15).
create table connection_events (
  connection_id uuid not null references connections (id),
  at timestamptz(3) not null,
  kind varchar(10) not null,
  activity varchar(10) not null,
  reported_by integer not null,
  reported_at timestamptz(3) not null,
  primary key (connection_id, at, kind, activity),
  constraint connection_events_kind_check check (kind in ('CONNECT', 'HEARTBEAT', 'DISCONNECT')),
  constraint connection_events_activity_check check (activity in ('HEARTBEAT', 'DRAW', 'TYPE', 'ERASE', 'IDLE'))
);

-- One row: when some server last looked after presence, and the latest stretch when none did (P13).
create table presence_watch (
  id integer primary key default 1,
  alive_at timestamptz(3) not null,
  away_from timestamptz(3),
  away_until timestamptz(3),
  constraint presence_watch_one_row_check check (id = 1)
);
