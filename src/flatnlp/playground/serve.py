"""The playground, served to this machine's browsers."""

from collections.abc import Callable
from typing import Any

from flatnlp.errors import FlatnlpError
from flatnlp.playground.models import Models
from flatnlp.playground.page import build, import_gradio
from flatnlp.reports.templating import asset

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Liberation Sans", "Arial", "sans-serif")
_ANNOUNCED = "() => document.getElementById('answer')?.setAttribute('aria-live', 'polite')"


def start(models: Models, host: str = "127.0.0.1", port: int | None = None) -> tuple[str, Callable[[], None]]:
    """Serve the playground until told to stop.

    Nothing is shared, reported or kept: there is no public link, no telemetry, no history, no upload, no font or script
    from elsewhere. On loopback only requests for this machine's own names are answered, so that no page from elsewhere
    reaches it by a name of its own that it lets point here (DNS rebinding).

    Args:
        models: Those to play with.
        host: The address to listen at; by default only this machine reaches it.
        port: The port; the first free one from 7860 on if not given.

    Returns:
        The page's address, and what stops it.

    Raises:
        FlatnlpError: If Gradio is not installed, or the address or port cannot be used.
    """
    gr = import_gradio()
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    page = build(models)
    theme: Any = gr.themes.Base(font=list(_FONTS), font_mono=["ui-monospace", "monospace"])
    try:
        _, address, _ = page.launch(
            server_name=host,
            server_port=port,
            theme=theme,
            css=asset("playground.css", __package__),
            js=_ANNOUNCED,
            prevent_thread_lock=True,
            quiet=True,
            share=False,
            inbrowser=False,
            ssr_mode=False,
            run_history=False,
            enable_monitoring=False,
            mcp_server=False,
            footer_links=[],
            max_file_size=1,
            app_kwargs={"middleware": [Middleware(TrustedHostMiddleware, allowed_hosts=_answered(host))]},
            state_session_capacity=100,
        )
    except (OSError, ValueError) as error:
        where = host if port is None else f"{host}, port {port}"
        raise FlatnlpError(f"The playground cannot listen at {where} ({error}); choose another --port.") from error
    return address, lambda: page.close(verbose=False)


def _answered(host: str) -> list[str]:
    """The host names of requests that are answered; any where the user chose to be reached from elsewhere."""
    return list(_LOOPBACK) if host in (*_LOOPBACK, "::1") else ["*"]
