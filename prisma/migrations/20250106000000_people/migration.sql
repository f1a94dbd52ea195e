create table parent_links (
  parent_id integer not null references users (id),
  student_id integer not null references users (id),
  primary key (parent_id, student_id)
);

create index parent_links_student_id_idx on parent_links (student_id);

-- People who acted on a valid token and have no row in users: their id is kept for ever, their name as the token told it.
create table token_people (
  id integer primary key,
  name varchar(200) not null
);
