/* What every page does. Each part stands alone and also takes care of what htmx swaps in. */
import { startConfirm, startDialogs } from "./parts/dialogs.js";
import { startForms } from "./parts/forms.js";
import { startMenus } from "./parts/menus.js";
import { startShell } from "./parts/shell.js";
import { startToasts } from "./parts/toasts.js";

startShell();
startMenus();
startDialogs();
startConfirm();
startToasts();
startForms();
