"""The list of all feeds as OPML 2.0 (http://opml.org/spec2.opml), which feed readers import whole."""

from __future__ import annotations

from email.utils import format_datetime

from lxml import etree

from paper_digest import urls
from paper_digest.digest.site import Site, midnight
from paper_digest.shown import channels
from paper_digest.shown.channels import Channel, Group
from paper_digest.words import text


def written(site: Site) -> bytes:
    """A folder for each group of channels, and in it their RSS, which every reader knows."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = f"{site.identity.name}: feeds"
    etree.SubElement(head, "dateModified").text = format_datetime(midnight(site.updated), usegmt=True)
    body = etree.SubElement(root, "body")
    for group in channels.groups(site):
        if group.channels:
            _folder(site, body, group)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _folder(site: Site, body: etree._Element, group: Group) -> None:
    folder = etree.SubElement(body, "outline", text=f"{site.identity.name}: {group.title.lower()}")
    for channel in group.channels:
        _feed(site, folder, channel)


def _feed(site: Site, folder: etree._Element, channel: Channel) -> None:
    etree.SubElement(
        folder,
        "outline",
        type="rss",
        version="RSS2",
        text=channel.title,
        title=channel.title,
        description=text.plain(channel.description),
        xmlUrl=urls.absolute(site.identity.url, channel.rss),
        htmlUrl=urls.absolute(site.identity.url, channel.page),
    )
