extension DocumentationPage {
    /// The page's style sheet. Colours have a contrast of 4.5 or more on their ground, in the light and in the dark.
    static let style = """
        :root { color-scheme: light dark; --ground: #fff; --text: #1b2329; --faint: #56636c; --line: #d8dfe3;
          --code: #f2f5f7; --link: #0b63a5; --get: #0b63a5; --write: #8a4b00; --delete: #a31621; }
        @media (prefers-color-scheme: dark) {
          :root { --ground: #12181c; --text: #e3e9ed; --faint: #9dabb5; --line: #2c373e;
            --code: #1c252b; --link: #74b9ef; --get: #74b9ef; --write: #eab163; --delete: #f58a90; } }
        * { box-sizing: border-box; }
        html { scroll-padding-top: 5rem; }
        body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif;
          overflow-wrap: anywhere; }
        a { color: var(--link); }
        a:focus-visible, input:focus-visible, summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
        .skip { position: absolute; left: -100rem; }
        .skip:focus { left: 1rem; top: .5rem; z-index: 2; background: var(--ground); }
        header { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: center;
          padding: .5rem 1rem; background: var(--ground); border-bottom: 1px solid var(--line); }
        h1 { font-size: 1.1rem; margin: 0; }
        h1 a, h3 a { color: inherit; text-decoration: none; }
        h3 a:hover { text-decoration: underline; }
        .search { display: flex; gap: .5rem; align-items: center; flex: 1 1 14rem; }
        .search input { flex: 1; min-width: 0; font: inherit; padding: .35rem .5rem; color: inherit; background: var(--code);
          border: 1px solid var(--line); border-radius: .3rem; }
        #found { margin: 0; color: var(--faint); font-size: .9rem; }
        #found:empty { display: none; }
        nav { padding: .5rem 1rem; border-bottom: 1px solid var(--line); }
        nav ul { list-style: none; margin: 0; padding-left: 1rem; }
        nav summary, nav li { padding: .15rem 0; }
        main { padding: 0 1rem 4rem; min-width: 0; max-width: 60rem; }
        h2 { margin: 2.5rem 0 0; font-size: 1.4rem; }
        article { padding: 1rem 0; border-bottom: 1px solid var(--line); }
        article:target { box-shadow: -.75rem 0 var(--ground), -1rem 0 var(--link); }
        h3 { margin: 0; font-size: 1.1rem; }
        h4 { margin: 1rem 0 .25rem; font-size: .9rem; color: var(--faint); }
        p { margin: .5rem 0; }
        code { font: .9em/1.4 ui-monospace, monospace; }
        p code, li code, div code { background: var(--code); padding: .05rem .25rem; border-radius: .2rem; }
        pre { margin: 0; padding: .75rem; overflow-x: auto; overflow-wrap: normal; background: var(--code); border-radius: .3rem; }
        .method { color: var(--write); }
        .method.get, .method.head { color: var(--get); }
        .method.delete { color: var(--delete); }
        .access, .type, .missing { color: var(--faint); }
        .fields { list-style: none; margin: 0; padding: 0; }
        .fields li { padding: .25rem 0; }
        .name { font-weight: 600; }
        [hidden] { display: none; }
        @media (min-width: 60rem) {
          .columns { display: grid; grid-template-columns: 18rem minmax(0, 1fr); }
          nav { position: sticky; top: 3.5rem; align-self: start; max-height: calc(100vh - 3.5rem); overflow-y: auto;
            border-bottom: 0; border-right: 1px solid var(--line); }
          main { padding: 0 2rem 4rem; } }
        @media print { header, nav { display: none; } }

        """

    /// Search. Without it the page is whole, and the browser's own search goes over it.
    static let script = """
        "use strict";
        const search = document.getElementById("search");
        const found = document.getElementById("found");
        const articles = [...document.querySelectorAll("article")];

        function show() {
          const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
          let count = 0;
          const shown = new Set();
          for (const article of articles) {
            const fits = words.every(word => article.dataset.words.includes(word));
            article.hidden = !fits;
            if (fits) { shown.add(article.id); count += 1; }
          }
          for (const item of document.querySelectorAll("nav li")) item.hidden = !shown.has(item.dataset.operation);
          for (const group of document.querySelectorAll("nav details, main section[data-area]")) {
            group.hidden = !group.querySelector("li[data-operation]:not([hidden]), article:not([hidden])");
            if (group.tagName === "DETAILS") group.open = words.length > 0 && !group.hidden;
          }
          document.querySelector(".introduction").hidden = words.length > 0;
          found.textContent = words.length ? (count === 1 ? "1 found" : count + " found") : "";
        }

        // A link to an operation leads there, whatever is searched for.
        function follow() {
          const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
          if (!target) return;
          if (target.closest("[hidden]")) { search.value = ""; show(); }
          target.scrollIntoView();
        }

        search.addEventListener("input", show);
        addEventListener("hashchange", follow);
        addEventListener("keydown", event => {
          if (event.key === "/" && document.activeElement !== search) { event.preventDefault(); search.focus(); }
          if (event.key === "Escape" && document.activeElement === search) { search.value = ""; show(); }
        });
        if (search.value) show();
        follow();

        """
}
