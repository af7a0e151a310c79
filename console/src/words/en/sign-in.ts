// Words of the sign-in page.
export const signIn = {
  title: 'Sign in',
  lead: 'With the operator key or with a key of your account. It is sent once and kept nowhere in this browser.',
  key: 'Key',
  hint: 'It begins with sk_sesame_. The operator key is in the file operator.key of the data directory.',
  submit: 'Sign in',
  wrong: 'This key is not valid. Check that it was copied whole, and that it was not revoked.',
  tooMany: 'Too many wrong keys from your address. Try again in a minute.',
  ended: 'Your session ended. Sign in again to go on where you were.',
} as const;
