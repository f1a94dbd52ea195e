-- Whose status an accepted suggestion left alone, because a person had decided it (M8); null: nobody's.
alter table sessions
  add column attendance_kept varchar(10),
  add constraint sessions_attendance_kept_check check (attendance_kept in ('tutor', 'student'));

alter table attendance_marks
  add column kept varchar(10),
  add constraint attendance_marks_kept_check check (kept in ('tutor', 'student'));
