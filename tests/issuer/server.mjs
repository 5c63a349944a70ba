// A certified OpenID provider on this machine: `node server.mjs PORT BACK`, ready when it says so.
// Whoever types a name and any password is that person, so that a test can be anybody.
import Provider from "oidc-provider";

const [port, back] = process.argv.slice(2);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: "shenpi", client_secret: "a secret of the tests", redirect_uris: [back] }],
  claims: { openid: ["sub"], profile: ["preferred_username"] },
  cookies: { keys: ["a key of the tests"] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id }) }),
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
