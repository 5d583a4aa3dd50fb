"""Which images are had nearby: those of pods that run, and those that the node has."""

from collections.abc import Iterator
from dataclasses import dataclass

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.images.reference import DOCKER_HUB, Image, parse_image

# Images of Docker Hub itself that are used most, whose names are often mistyped.
OFFICIAL = (
    "adminer alpine amazoncorretto bash buildpack-deps busybox caddy cassandra consul couchdb "
    "debian docker drupal eclipse-temurin elasticsearch fedora ghost golang gradle grafana haproxy "
    "hello-world httpd influxdb jenkins joomla kibana kong logstash mariadb maven memcached mongo "
    "mongo-express mysql nats neo4j nextcloud nginx node openjdk perl php phpmyadmin postgres "
    "python rabbitmq redis registry rethinkdb ruby rust solr sonarqube swift telegraf tomcat "
    "traefik ubuntu vault wordpress zookeeper"
).split()

REGISTRIES = (
    "docker.io quay.io ghcr.io gcr.io registry.k8s.io public.ecr.aws mcr.microsoft.com "
    "registry.gitlab.com registry.access.redhat.com registry.redhat.io k8s.gcr.io docker.elastic.co"
).split()


@dataclass(frozen=True)
class Had:
    """An image that can be had. `where` says who has it, to begin a sentence with."""

    name: str
    image: Image
    where: str


def in_use(case: Case) -> list[Had]:
    """The images of containers that run in the namespace."""
    found: dict[str, Had] = {}
    for pod in case.facts.nearby.read(case.want("Pod")) or ():
        for container in manifests.containers(pod):
            name = manifests.text(container.spec.get("image"))
            if name and container.is_running and name not in found:
                found[name] = Had(name, parse_image(name), f"Pod {manifests.name(pod)} runs")
    return list(found.values())


def on_node(case: Case) -> list[Had]:
    """The images that the pod's node has, as far as it tells: the largest fifty."""
    found: dict[str, Had] = {}
    for listed in manifests.mappings(manifests.status(case.node or {}).get("images")):
        names = listed.get("names")
        for name in names if isinstance(names, list) else ():
            if isinstance(name, str) and "@" not in name and "<none>" not in name:
                image = parse_image(name)
                where = f"Node {manifests.node_name(case.pod)} has"
                found.setdefault(name, Had(familiar(image.repository, image.tag), image, where))
    return list(found.values())


def same_repository(case: Case, image: Image) -> Iterator[Had]:
    """Those of pods first."""
    for had in (*in_use(case), *on_node(case)):
        if had.image.repository == image.repository and had.image != image:
            yield had


def familiar(repository: str, tag: str) -> str:
    """The name as people write it: `nginx:1` for docker.io/library/nginx:1."""
    short = repository.removeprefix(f"{DOCKER_HUB}/").removeprefix("library/")
    return f"{short}:{tag}" if tag else short
