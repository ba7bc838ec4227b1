import { createRoot } from "react-dom/client";
import { App } from "./app";
import { Toasts } from "./components/feedback";
import { Router } from "./core/router";
import { applyTheme } from "./core/theme";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/components.css";
import "./styles/objects.css";
import "./styles/previews.css";
import "./styles/history.css";
import "./styles/admin.css";

applyTheme();
const element = document.getElementById("app");
if (element) createRoot(element).render(<Router><Toasts><App /></Toasts></Router>);
