// Progressive enhancement only: every page works without this file.
'use strict';
(() => {
  const byId = (id) => document.getElementById(id);
  const main = () => byId('answer');

  // Live updates. The server says that there is a newer version; the page asks for itself again and swaps what it shows.
  let shown = Number(main()?.dataset.version ?? 0);
  let wanted = shown;
  let asking = false;

  // Where the focus is, in a way that finds the same control in the new page.
  const path = (element) => {
    const steps = [];
    for (let at = element; at && at !== main() && at.parentElement; at = at.parentElement) {
      if (at.id) { steps.unshift('#' + CSS.escape(at.id)); return steps.join(' > '); }
      const index = Array.prototype.indexOf.call(at.parentElement.children, at) + 1;
      steps.unshift(at.localName + ':nth-child(' + index + ')');
    }
    return steps.length ? '#answer > ' + steps.join(' > ') : '';
  };

  // What somebody is typing, and what they have opened, outlives a newer answer.
  const typed = () => [...main().querySelectorAll('input:not([type=hidden]), textarea, select')]
    .filter((field) => field.localName === 'select'
      ? [...field.options].some((option) => option.selected !== option.defaultSelected) && field.selectedIndex > 0
      : field.value !== field.defaultValue)
    .map((field) => [path(field), field.value]);
  const opened = () => [...main().querySelectorAll('details[open]')].map(path);

  const refresh = async () => {
    if (asking) return;
    asking = true;
    // The old answer stays and turns grey only when the new one takes longer than anyone notices.
    const grey = setTimeout(() => { main().querySelector('.answer')?.classList.add('old'); main().setAttribute('aria-busy', 'true'); }, 200);
    try {
      while (shown < wanted) {
        const goal = wanted;
        const response = await fetch(location.href, { headers: { accept: 'text/html' }, cache: 'no-store' });
        if (!response.ok && response.status !== 404) break;
        const next = new DOMParser().parseFromString(await response.text(), 'text/html');
        const answer = next.getElementById('answer');
        if (!answer) break;
        const focus = main().contains(document.activeElement) ? path(document.activeElement) : '';
        const left = scrollX, top = scrollY, fields = typed(), details = opened();
        main().replaceWith(document.adoptNode(answer));
        document.title = next.title;
        const asOf = next.querySelector('.as-of time');
        if (asOf) document.querySelector('.as-of time')?.replaceWith(document.adoptNode(asOf));
        details.forEach((at) => document.querySelector(at)?.setAttribute('open', ''));
        fields.forEach(([at, value]) => { const field = document.querySelector(at); if (field) field.value = value; });
        if (focus) document.querySelector(focus)?.focus({ preventScroll: true });
        scrollTo(left, top);
        shown = Math.max(goal, Number(answer.dataset.version));
        byId('live-status').textContent = 'The page now shows the newest answer.';
        if (places) places = null;
      }
    } catch {
      // The server is gone or restarting; the next event or poll tries again.
    } finally {
      clearTimeout(grey);
      main().removeAttribute('aria-busy');
      asking = false;
    }
  };

  const heard = (version) => { if (Number.isFinite(version) && version > wanted) wanted = version; if (wanted > shown) refresh(); };

  const poll = () => setInterval(async () => {
    try { heard((await (await fetch('/api/version', { cache: 'no-store' })).json()).version); } catch { /* as above */ }
  }, 5000);

  if ('EventSource' in window) {
    const events = new EventSource('/events');
    let polling = 0;
    events.addEventListener('version', (event) => { clearInterval(polling); polling = 0; heard(Number(event.data)); });
    events.addEventListener('error', () => { if (events.readyState === EventSource.CLOSED && !polling) polling = poll(); });
    addEventListener('pagehide', () => events.close());
  } else poll();

  // The palette: the links of the page that finds everything, filtered as one types.
  let places = null;
  const palette = byId('palette');
  const open = async () => {
    if (!places) {
      try {
        const found = new DOMParser().parseFromString(await (await fetch('/find')).text(), 'text/html');
        places = found.getElementById('places');
      } catch { /* falls through to the page itself */ }
    }
    if (!places) { location.href = '/find'; return; }
    const input = document.createElement('input');
    input.type = 'search';
    input.placeholder = 'Plan, ask, team …';
    input.setAttribute('aria-label', 'Find a plan, an ask or a team');
    const list = document.importNode(places, true);
    list.removeAttribute('id');
    palette.replaceChildren(input, list);
    const items = [...list.querySelectorAll('li')];
    let at = 0;
    const visible = () => items.filter((item) => !item.hidden);
    const select = (index) => {
      const rows = visible();
      at = Math.max(0, Math.min(index, rows.length - 1));
      items.forEach((item) => item.firstElementChild.removeAttribute('aria-selected'));
      rows[at]?.firstElementChild.setAttribute('aria-selected', 'true');
      rows[at]?.scrollIntoView({ block: 'nearest' });
    };
    const filter = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      items.forEach((item) => { const text = item.textContent.toLowerCase(); item.hidden = !words.every((word) => text.includes(word)); });
      select(0);
    };
    input.addEventListener('input', filter);
    input.addEventListener('keydown', (event) => {
      if (event.key === 'ArrowDown') { event.preventDefault(); select(at + 1); }
      else if (event.key === 'ArrowUp') { event.preventDefault(); select(at - 1); }
      else if (event.key === 'Enter') { event.preventDefault(); visible()[at]?.firstElementChild.click(); }
    });
    palette.showModal();
    select(0);
    input.focus();
  };
  palette.addEventListener('click', (event) => { if (event.target === palette) palette.close(); });
  document.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') { event.preventDefault(); if (palette.open) palette.close(); else open(); }
    // A detail that is in the way can be closed without moving the focus.
    if (event.key === 'Escape') document.querySelectorAll('.source:hover, .source:focus-within').forEach((source) => {
      source.classList.add('quiet');
      const wake = () => source.classList.remove('quiet');
      source.addEventListener('mouseleave', wake, { once: true });
      source.addEventListener('focusout', wake, { once: true });
    });
  });
  // Copying is the script's alone, so its buttons show only where there is one.
  document.documentElement.classList.add('scripted');
  document.addEventListener('click', async (event) => {
    const button = event.target.closest?.('button[data-copy]');
    const text = button && byId(button.dataset.copy);
    if (!text) return;
    try {
      await navigator.clipboard.writeText(text.value);
    } catch {
      text.select();
      document.execCommand('copy');
    }
    byId('live-status').textContent = 'Copied.';
    button.textContent = 'Copied';
  });
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a.find');
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); open(); }
  });
})();
