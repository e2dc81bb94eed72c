"""`kithline plugins check`."""

from pathlib import Path

import rich_click as click

from kithline_cli.output import FAILED, json_option, show
from kithline_core.errors import Invalid
from kithline_sdk.kit import showing
from kithline_sdk.kit.checking import Unusable, Wanted
from kithline_sdk.kit.checking import check as checked

PATH = click.Path(path_type=Path)


@click.command()
@click.argument("target", type=PATH)
@click.option("--html", type=PATH, help="Write a page besides, which needs nothing from elsewhere.")
@click.option("--scorer", "scorers", multiple=True, metavar="KEY", help="This scorer alone; repeatable.")
@click.option("--skip", multiple=True, metavar="CHECK", help="Leave a check out; repeatable.")
@click.option("--update-golden", is_flag=True, help="Write the golden findings anew.")
@click.option("--validity", is_flag=True, help="Say what the cheapest forgery costs, and who sees it.")
@click.option("--costs", type=PATH, help="What forgeries cost, where it is not the usual.")
@json_option
@click.pass_context
def check(
    ctx: click.Context,
    /,
    target: Path,
    html: Path | None,
    scorers: tuple[str, ...],
    skip: tuple[str, ...],
    *,
    update_golden: bool,
    validity: bool,
    costs: Path | None,
    as_json: bool,
) -> None:
    """Try every law of plugins on a wheel or a folder. It is run outside the sandbox: check what is yours.

    Exit code 1 when a check failed, 3 when there is nothing to check.

    Example: kithline plugins check dist/topic_drift-1.0.0-py3-none-any.whl --html check.html
    """
    try:
        wanted = Wanted(
            scorers=list(scorers), skip=list(skip), update_golden=update_golden, validity=validity, costs=costs
        )
        report = checked(target, wanted)
    except Unusable as unusable:
        raise Invalid(str(unusable)) from None
    if html is not None:
        html.write_text(showing.page(report), encoding="utf-8")
    show(report, as_json=as_json, text=showing.text(report))
    if not report.passed:
        ctx.exit(FAILED)
