import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/list.css";
import "./styles/lesson.css";

createRoot(document.getElementById("root")!).render(<App />);
