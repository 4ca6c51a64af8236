"""Documents: the annual report, from its figures to a finished PDF, against WeasyPrint alone on the same page."""

from io import BytesIO
from unittest.mock import patch

import weasyprint
from pypdf import PdfReader

from benchmarks.ground import DEPARTMENT, Ground
from benchmarks.measures import Measure, Sides
from reporting.publication.documents import AnnualReport, print_annual_report
from reporting.publication.models import Charter, ReportRun
from reporting.publication.tasks import compute


def sides(ground: Ground) -> Sides[bytes]:
    """Both give a document that reads the same, page by page."""
    report = last_report(ground)
    with patch.object(weasyprint, "HTML", wraps=weasyprint.HTML) as page:
        print_annual_report(report)
    source = dict(page.call_args.kwargs)

    def alone() -> bytes:
        content: bytes = weasyprint.HTML(**source).write_pdf(pdf_variant="pdf/ua-1")
        return content

    return Sides(subject=lambda: print_annual_report(report).content, reference=alone, told=texts)


def last_report(ground: Ground) -> AnnualReport:
    """Return the report of the last year that is over, as a first edition would say it."""
    charter = Charter(name="Charte d’essai", department=DEPARTMENT)
    run = ReportRun(charter=charter, year=ground.year, edition=1)
    return compute(run, at=ground.at)


def texts(document: bytes) -> list[str]:
    """Return what each page of a PDF says."""
    return [page.extract_text() for page in PdfReader(BytesIO(document)).pages]


PRINTING = Measure(
    name="report-pdf",
    limit=1.7,
    subject="the annual report printed, tagged and checked",
    reference="WeasyPrint alone on the same HTML",
    sides=sides,
)
