-- What somebody made by an authority ends with it: API tokens know their maker. A session that began
-- before the moment a person's sessions are valid from signs nobody in, even where it was stored
-- after that moment.

alter table api_tokens add column maker_id bigint constraint api_tokens_maker_fk
    references users (id) on delete set null;

create index api_tokens_of_maker on api_tokens (maker_id);

alter table users add column sessions_valid_from timestamptz;
