import { KeyboardEvent, useId, useRef, useState } from "react";

/** Parts of which one is shown, chosen by click or by arrow keys. */
export function Tabbed({ tabs }: { tabs: { name: string; content: () => JSX.Element }[] }): JSX.Element {
  const [chosen, setChosen] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const key = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? tabs.length - 1 : 0;
    if (step === 0) return;
    const next = (chosen + step) % tabs.length;
    setChosen(next);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[next]?.focus();
  };
  return (
    <div>
      <div className="row" role="tablist" ref={list} onKeyDown={key}>
        {tabs.map((tab, index) => (
          <button key={tab.name} type="button" role="tab" id={`${id}-tab-${index}`} aria-selected={index === chosen} aria-controls={`${id}-panel`}
            tabIndex={index === chosen ? 0 : -1} className={`button small ${index === chosen ? "" : "quiet"}`} onClick={() => setChosen(index)}>{tab.name}</button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-tab-${chosen}`} className="preview-tab">{tabs[chosen]?.content()}</div>
    </div>
  );
}
