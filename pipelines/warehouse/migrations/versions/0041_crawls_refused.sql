-- Why a crawl that was asked for at the API is not made, told to whoever asks what has become of it.
alter table ops.asked_crawls add column problem text;
