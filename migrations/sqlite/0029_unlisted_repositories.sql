-- Since when a repository that a rule tracks is missing from its connection's list: deleted on
-- GitHub, or out of the token's sight.
alter table repositories add column unlisted_since text;
