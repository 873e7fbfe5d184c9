-- What a check of a connection found beside the permission that it lacks.
--
-- One repository's answer does not decide about a token, so a token connects although some were
-- refused, and the connection says which; it also says what single sign-on keeps out of GitHub's
-- list.

alter table connections add column notice text;
