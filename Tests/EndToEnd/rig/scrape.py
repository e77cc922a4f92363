"""What Prometheus reads of a server, read by Prometheus' own parser."""
import requests
from prometheus_client.parser import text_string_to_metric_families

METRICS_LIMIT = 20


def scrape(url, **options):
    answer = requests.get(url + "/metrics", timeout=METRICS_LIMIT, **options)
    assert answer.status_code == 200, f"{answer.status_code}: {answer.text[:300]}"
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return Page(answer.text)


class Page:
    """The families of one page, and their samples."""

    def __init__(self, text):
        self.text = text
        self.families = {family.name: family for family in text_string_to_metric_families(text)}
        self.samples = [sample for family in self.families.values() for sample in family.samples]

    @property
    def names(self):
        """What a query may name: a counter with its ending, a histogram with each of its."""
        names = set()
        for family in self.families.values():
            endings = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}
            names |= {family.name + ending for ending in endings.get(family.type, [""])}
        return names

    def all(self, name, **labels):
        return [sample for sample in self.samples if sample.name == name
                and labels.items() <= sample.labels.items()]

    def sum(self, name, **labels):
        """What the samples with these labels come to; 0 without any."""
        return sum(sample.value for sample in self.all(name, **labels))
