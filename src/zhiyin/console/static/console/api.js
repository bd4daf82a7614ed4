// Draws the API's description into #api.
document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("api");
  if (!place || !window.SwaggerUIBundle) return; // the link to the plain file stays
  window.SwaggerUIBundle({
    domNode: place,
    url: place.dataset.description,
    deepLinking: true,
    validatorUrl: null,
    persistAuthorization: false,
    presets: [window.SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    defaultModelsExpandDepth: 0,
  });
});
