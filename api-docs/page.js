// Shows the API reference, with everything off that would ask or tell another host.
Scalar.createApiReference('#app', {
  url: '/v1/openapi.json',
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: 'never',
  persistAuth: false,
  // The document has a curl command for each route that works as it is; those made up here have not.
  hiddenClients: true,
  defaultOpenFirstTag: true,
});

// Its input fields say that they are comboboxes and not whether they are open, which screen readers need (ARIA 1.2).
new MutationObserver(() => {
  for (const field of document.querySelectorAll('[role=combobox]:not([aria-expanded])')) {
    field.setAttribute('aria-expanded', 'false');
  }
}).observe(document.body, { childList: true, subtree: true });
