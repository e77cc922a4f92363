-- Supabase Storage, where there is one: the bucket, and who may do what with it through the API.
--
-- The server reads and writes with keys of its own, past these policies. With a person's token, as
-- Supabase's own clients have it, one may read one's own files and change nothing. The restrictive
-- policies hold whatever other policies a project has for all of its buckets.
--
-- An object's key is '<user's id without dashes>/<kind>/<id>.<extension>'.

do $$
begin
  if to_regclass('storage.buckets') is null or to_regclass('storage.objects') is null then
    return;
  end if;
  -- 200 MB is the longest clip that is stored; text is what 'placemint doctor' writes to try.
  insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
  values ('placemint', 'placemint', false, 209715200, array['image/*', 'video/*', 'text/plain'])
  on conflict do nothing;
  create policy placemint_read_own on storage.objects for select to authenticated
    using (
      bucket_id = 'placemint'
      and (storage.foldername(name))[1] = replace((select auth.uid())::text, '-', '')
    );
  create policy placemint_read_own_only on storage.objects as restrictive
    for select to anon, authenticated using (
      bucket_id <> 'placemint'
      or (storage.foldername(name))[1] = replace((select auth.uid())::text, '-', '')
    );
  create policy placemint_no_insert on storage.objects as restrictive
    for insert to anon, authenticated with check (bucket_id <> 'placemint');
  create policy placemint_no_update on storage.objects as restrictive
    for update to anon, authenticated
    using (bucket_id <> 'placemint') with check (bucket_id <> 'placemint');
  create policy placemint_no_delete on storage.objects as restrictive
    for delete to anon, authenticated using (bucket_id <> 'placemint');
exception when insufficient_privilege then
  -- Without a policy for it nobody reads the bucket through the API, which is safe. 'placemint
  -- doctor' says what is missing.
  raise warning 'the policies of the bucket "placemint" were not made: %', sqlerrm;
end
$$;
