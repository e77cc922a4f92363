-- The first frame as an object, for models that fetch it by a signed address. Its row is written
-- before the object and named by its job before the model is asked; once the job is over, it goes.

alter table public.jobs
  add column frame_asset_id uuid constraint jobs_frame_exists references public.assets (id);
create index jobs_frame_asset_id on public.jobs (frame_asset_id) where frame_asset_id is not null;
