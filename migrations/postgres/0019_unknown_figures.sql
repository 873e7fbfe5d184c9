-- Figures that GitHub did not tell in a way that can be read are unknown, and no longer cost the
-- others; and the day since which a repository exists, before which nothing could be counted.

alter table popularity_days
    alter column stars drop not null,
    alter column forks drop not null,
    alter column watchers drop not null,
    alter column open_issues drop not null;

alter table repositories add column created_on date;

-- "Not modified" says nothing of when a repository was made: ask once in full.
update answers set etag = null, credential = null where endpoint = 'repository';
