from django.db import migrations, models

ROLE_OF_ITS_AUTHOR = """
UPDATE records_exchange SET role = capacity.role
FROM accounts_membership AS membership
JOIN accounts_capacity AS capacity ON capacity.id = membership.capacity_id
WHERE membership.id = records_exchange.membership_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('records', '0008_who_sends_a_file'),
    ]

    operations = [
        migrations.AddField(
            model_name='exchange',
            name='role',
            field=models.CharField(choices=[('BUYER', 'BUYER'), ('FACILITATOR', 'FACILITATOR'), ('PRESCRIBER', 'PRESCRIBER'), ('CONTRACTOR', 'CONTRACTOR'), ('EMPLOYER', 'EMPLOYER'), ('SIGNATORY', 'SIGNATORY'), ('COORDINATION', 'COORDINATION')], default='', max_length=12, verbose_name='rôle'),
            preserve_default=False,
        ),
        migrations.RunSQL(ROLE_OF_ITS_AUTHOR, migrations.RunSQL.noop),
    ]
