// A real OpenID provider on loopback for the browser tests: node provider.mjs PORT APP_ADDRESS
import Provider from 'oidc-provider'

const [port, app] = process.argv.slice(2)
const claimsOf = (login) => ({
  sub: login,
  name: login.split('@')[0],
  ...(login.startsWith('nomail') ? {} : { email: login, email_verified: !login.startsWith('unverified') }),
})
const callback = `${app}/oauth2callback`

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: 'touchstone',
    client_secret: 'only-for-this-test-run',
    redirect_uris: [callback],
    post_logout_redirect_uris: [callback],
  }],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  conformIdTokenClaims: false, // the e-mail stands in the ID token, as large providers have it
  cookies: { keys: ['only-for-this-test-run'] },
  features: { devInteractions: { enabled: true } },
  findAccount: (_, login) => ({ accountId: login, claims: () => claimsOf(login) }),
  // The client is known, so nobody is asked for consent.
  loadExistingGrant: async (context) => {
    const { client, session, provider } = context.oidc
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
    grant.addOIDCScope('openid email profile')
    await grant.save()
    return grant
  },
})
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'))
