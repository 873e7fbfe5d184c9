-- A suspended tenant is neither collected nor reached, and loses nothing. API tokens show who made
-- them and when they were last used.

alter table tenants add column suspended_at timestamptz;

alter table api_tokens add column created_by text not null default '';
alter table api_tokens add column last_used_at timestamptz;
