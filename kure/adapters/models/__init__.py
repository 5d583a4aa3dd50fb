"""Providers of models: what Kure says to one in its protocol, and what it answers in Kure's words.

The two libraries know the protocols' types, paths and headers. They try nothing again, wait as long
as a provider's setting says, and call through `kure.adapters.outgoing`. Calls are not streamed:
what is asked for is one short JSON object that is worth nothing before it is whole, all providers
and what stands before them can do it, and a connection that has died is noticed by TCP keepalive.
"""
