"""The identity provider, by OpenID Connect (https://openid.net/specs/openid-connect-core-1_0.html).

Calls go through `kure.adapters.outgoing`: authlib's own client knows no checked addresses, no bound
on an answer's size, and needs a further HTTP library. From authlib come what is easily done wrong:
the claims of an ID token, PKCE, the authorization request; and, from its joserfc, signatures.
"""
