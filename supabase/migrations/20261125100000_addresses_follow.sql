-- A sign-in elsewhere, as Supabase's, lets people change their address. Ours follows the latest
-- token that was seen, and the welcome credits stay with the address that they were given to.

alter table public.users
  -- When the token was issued that told the address. An older token does not change it back.
  add column email_as_of timestamptz,
  -- From now on also of an open account that has another address than the one that was welcomed.
  drop constraint users_closed_address_of_deleted;
