-- Night pages are few among many states: the load of a week is counted without reading the others.
CREATE INDEX pages_at_night ON pages (created_at) WHERE body ->> '$.night' = 1;
