"""What people see of a mirror before it runs."""

from kure.domain.mirrors.shown import shown

TEMPLATE = {
    "metadata": {"labels": {"app": "web"}, "creationTimestamp": None, "uid": "1"},
    "spec": {"serviceAccountName": "web", "containers": [{"name": "app", "image": "shop/web:1"}]},
}


def test_a_template_and_its_like_have_no_difference() -> None:
    assert shown(TEMPLATE, TEMPLATE) == ""


def test_a_difference_is_shown_in_the_order_of_the_template() -> None:
    pod = {
        "metadata": {"name": "web-mirror-1", "labels": {"kure.dev/mirror": "true"}},
        "spec": {
            "activeDeadlineSeconds": 3660,
            "containers": [{"name": "app", "image": "shop/web:1"}],
            "serviceAccountName": "web",
        },
    }
    assert shown(TEMPLATE, pod) == (
        "--- original\n"
        "+++ mirror\n"
        "@@ -1,8 +1,10 @@\n"
        " metadata:\n"
        "   labels:\n"
        "-    app: web\n"
        "+    kure.dev/mirror: 'true'\n"
        "+  name: web-mirror-1\n"
        " spec:\n"
        "   serviceAccountName: web\n"
        "   containers:\n"
        "   - name: app\n"
        "     image: shop/web:1\n"
        "+  activeDeadlineSeconds: 3660\n"
    )
