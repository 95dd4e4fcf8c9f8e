export const serve = (request) => ({ status: 200, body: request.url });
