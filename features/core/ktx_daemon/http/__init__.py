"""Operations over HTTP: a thin ASGI application, and the server around it."""
