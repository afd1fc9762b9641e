"""What granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from masslink.core.process import end_with_parent, use_few_arenas

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "masslink.config.settings")
end_with_parent()  # granian's worker must not go on serving when the server is killed
use_few_arenas()
application = get_wsgi_application()

# What is loaded by now stays: the collector needn't walk it again and again while pages are made.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
