-- The platform's tables before this system. A database that already has them is baselined here
-- (docs/migrating.md); a new one gets them as the ground that the later migrations stand on.
create table users (
  id serial primary key,
  name varchar(200) not null,
  created_at timestamptz(3) not null default current_timestamp
);

create table sessions (
  id serial primary key,
  tutor_id integer not null references users (id),
  student_id integer not null references users (id),
  title varchar(200),
  scheduled_start timestamptz(3) not null,
  scheduled_end timestamptz(3) not null,
  tutor_attendance_status varchar(20) default 'present',
  student_attendance_status varchar(20) default 'present',
  created_at timestamptz(3) not null default current_timestamp
);

create table whiteboard_sessions (
  id serial primary key,
  session_id integer not null unique references sessions (id),
  opened_at timestamptz(3) not null default current_timestamp,
  closed_at timestamptz(3),
  attendance_status varchar(50)
);
